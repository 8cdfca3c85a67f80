/** What is declared, as the verifier learned it from events. */
package dev.lifeboat.verifier.fleet;
