"""Nothing rots unnoticed: who is asked whether entries are still correct."""
