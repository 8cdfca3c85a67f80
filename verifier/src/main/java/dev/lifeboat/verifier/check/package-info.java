/** What is looked at in a restored copy while it runs. */
package dev.lifeboat.verifier.check;
