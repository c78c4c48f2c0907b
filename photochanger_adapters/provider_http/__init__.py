"""What drivers share: how to ask a provider that nobody vouches for, over HTTP."""
