/** The moment that a recovery shall reach: what can be reached, which backup leads there, and where a server stopped. */
package dev.lifeboat.restore.pointintime;
