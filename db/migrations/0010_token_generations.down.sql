-- Nothing that stays can tell what was ended: those tokens count again for what is left of their time.
DROP TABLE token_generation;
