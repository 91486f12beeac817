"""Every state of the app as a picture, so that somebody can look at all of them."""
