"""A plan as people read it: figures, sentences, tables, and files to hand on."""
