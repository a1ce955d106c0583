// Package repo loads a repository: it walks an fs.FS, classifies what is there, and hands out files, parsed on first use.
package repo
