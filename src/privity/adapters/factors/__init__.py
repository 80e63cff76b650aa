"""What staff prove themselves with: passkeys, one-time codes, passwords."""
