"""The bulletin desk: weeks, arranging, wording, previews, approval."""
