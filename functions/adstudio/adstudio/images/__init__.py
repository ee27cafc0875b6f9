"""Getting an image: taken in, fetched or drawn; and measuring it."""
