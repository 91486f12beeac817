"""What can be done in the app: one table feeds the slash, the palette, the keys, the completion and the help."""
