/** The age format, which {@code age} and {@code rage} read and write, too. */
package dev.lifeboat.platform.age;
