package se.utrop;

import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Waits before a class until its node has read the feed. Spring pauses contexts that no class uses, and a node that
 * starts, or starts again, answers UNAVAILABLE to subscriptions for a moment.
 */
class FeedReady implements TestExecutionListener {

    private static final String WAITED = FeedReady.class.getName();

    @Override
    public void beforeTestMethod(TestContext test) {
        if (!test.hasAttribute(WAITED)) {
            test.setAttribute(WAITED, true);
            test.getApplicationContext().getBean(Newsroom.class).awaitFeedRead();
        }
    }
}
