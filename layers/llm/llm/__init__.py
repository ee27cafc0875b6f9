"""One small port to language models, and its adapters.

Copied into every image function that asks models for something. A program makes a `Client` for a model named
``provider:model`` and asks it; adapters, and the packages they need, are imported when they are first used.
"""
