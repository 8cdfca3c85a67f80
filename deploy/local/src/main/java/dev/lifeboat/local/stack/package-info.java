/** The whole stack on one machine: what it is made of, how it starts, what it keeps, how it ends. */
package dev.lifeboat.local.stack;
