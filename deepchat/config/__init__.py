"""Where DeepChat's files are, what is set in them, and where API keys come from."""
