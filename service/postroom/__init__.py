"""The post room: how mail is handed to us, over LMTP or in a maildir."""
