"""E-mail: what a member gets whom no chat reaches, with a way into the web chat."""
