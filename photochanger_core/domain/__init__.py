"""Values and rules that need nobody's answer."""
