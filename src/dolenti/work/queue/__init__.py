"""The table of jobs as the library has it, in one step; made by ``makemigrations``."""
