// Package python reads Python 3.8–3.14 source into a tree with byte spans and comments, without running anything. A statement
// that does not parse becomes one BadStmt and the rest of the file is read all the same.
package python
