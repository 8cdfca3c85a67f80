/** Dumps that are kept: restored into databases of a server that somebody else looks after. */
package dev.lifeboat.restore.deliver;
