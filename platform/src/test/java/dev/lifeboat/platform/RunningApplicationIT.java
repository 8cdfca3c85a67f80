package dev.lifeboat.platform;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeTags;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * All classes that test in a running application, one after the other in the same one: with two JVMs, each class by itself
 * would be given a new application.
 */
@Suite
@SelectPackages("dev.lifeboat.platform")
@IncludeClassNamePatterns(".*IT")
@IncludeTags("io.quarkus.test.junit.QuarkusTest")
class RunningApplicationIT {}
