"""The app: what people see and do in the terminal."""
