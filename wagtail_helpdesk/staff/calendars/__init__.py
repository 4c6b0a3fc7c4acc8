"""What the owner types about time: hours of a day, hours and minutes, public holidays of a country."""
