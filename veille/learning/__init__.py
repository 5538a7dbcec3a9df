"""What decisions teach: labelled texts, a model that learnt from them, and whether it is better."""
