"""Whether a build may be published: suites over what has landed and over the marts, and the gate that judges."""
