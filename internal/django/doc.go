// Package django evaluates Django settings modules to values that remember where they come from. Nothing of the scanned
// repository is ever run: the module is interpreted over abstract values, in the environment that a Host describes.
//
// What cannot be worked out is Unknown, and a value that differs between branches which cannot be decided is a choice of
// alternatives. Every question asked of a value answers false unless it holds for all alternatives: ask IsFalse, never !IsTrue.
package django
