"""The word lists behind the match keys, and the one function that reads them."""
