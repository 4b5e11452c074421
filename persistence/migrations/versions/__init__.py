"""One file per version of the store; never edited once released."""
