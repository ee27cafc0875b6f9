"""How alike texts are, judged without a model.

Standard library only: the programs in the images, the workers and the API share it.
"""
