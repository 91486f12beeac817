"""The app in the terminal: it shows what the engine hears, and hands on what the user wants."""
