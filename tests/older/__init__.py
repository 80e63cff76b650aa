"""An older version of privity's storage, as it was, to run beside this one."""
