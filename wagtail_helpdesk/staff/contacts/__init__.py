"""The pages about one requester or one organisation, and what staff do with a contact there."""
