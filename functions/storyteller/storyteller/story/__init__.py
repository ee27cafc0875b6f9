"""What a story is made of, whoever writes it: templates, knowledge units, their choice, and prompts from them."""
