"""`uplog serve`: what is published, over HTTP, for tools that cannot open a file; never the people's file."""
