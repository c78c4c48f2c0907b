"""The documentation: what is made from code is as the code, links lead somewhere, commands work."""
