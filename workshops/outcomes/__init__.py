"""What becomes of what was agreed: steps that are recorded, reminders, and the page of it all."""
