"""What a policy is worth: the pieces that several formalisms share."""
