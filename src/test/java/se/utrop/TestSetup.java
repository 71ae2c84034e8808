package se.utrop;

import java.io.IOException;

/** What the build makes before the tests, once for all of them. */
final class TestSetup {

    private TestSetup() {}

    public static void main(String[] args) throws Exception {
        AotCache.make();
        try {
            NodeScripts.install();
        } catch (IOException | AssertionError e) {
            System.err.println("Tests that need Node.js will fail: " + e.getMessage());
        }
    }
}
