"""Who reads the bulletin, what they chose, and what they agreed to: values and rules, pure.

Moments are aware; nothing here holds a connection, a clock or a secret of its own.
"""
