/** Long work that survives its process. */
package dev.lifeboat.platform.operations;
