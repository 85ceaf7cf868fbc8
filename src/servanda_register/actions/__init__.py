"""Every write: keyword-only, atomic, ``by=`` required, with its event of the audit trail in the same transaction."""
