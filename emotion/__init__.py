"""What is shown or said: reading emotion in faces and words. Knows nothing of reviews."""
