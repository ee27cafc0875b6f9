"""What jobs made, as things of their own: stories, research cards, what they cost, and how alike they are."""
