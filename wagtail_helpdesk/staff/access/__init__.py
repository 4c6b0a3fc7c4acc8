"""What a member of staff may see and do, and why. The policy for tickets answers; here it is put into words."""
