"""The rules of PhotoChanger: pure, without I/O, the same in every service that embeds them."""
