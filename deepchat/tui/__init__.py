"""The app that a person sees and types into."""
