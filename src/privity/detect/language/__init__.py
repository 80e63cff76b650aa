"""The second stage: a small language model for what has no fixed shape.

Names, places, organizations, beliefs, health, user names and passwords in prose. Nothing here
reaches the network; the model lies in `data/` and is made by `training/`.
"""
