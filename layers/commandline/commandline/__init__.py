"""What the command-line programs of the image functions share: entry point, exit codes, progress, files, models.

The standard library only, so that `--help` is quick; `llm` where a model is asked.
"""
