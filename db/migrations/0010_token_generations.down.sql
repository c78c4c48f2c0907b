DROP TABLE token_generation;
