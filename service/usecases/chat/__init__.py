"""A firm talks with us in a chat: everything an account can do, by words and buttons."""
