package se.utrop.editing;

import org.springframework.stereotype.Component;
import se.utrop.access.Caller;
import se.utrop.editing.EditingProperties.Review;

/** The four-eyes principle: if a review is required, somebody other than its authors publishes a draft. */
@Component
class ReviewPolicy {

    private final boolean isRequired;

    ReviewPolicy(EditingProperties properties) {
        this.isRequired = properties.review() == Review.REQUIRED;
    }

    /** Marks a publication that needs no draft, so that nobody else has seen the text. */
    void checkDirect(InputValidator validator) {
        if (isRequired) {
            validator.mark(
                    UserErrorCode.REVIEW_REQUIRED,
                    InputPath.INPUT,
                    "A review is required: save a draft, and have somebody else publish it");
        }
    }

    void checkPublication(Draft draft, Caller caller, InputPath place, InputValidator validator) {
        if (isRequired) {
            checkApproval(draft, caller, place, validator);
        }
    }

    static void checkApproval(Draft draft, Caller caller, InputPath place, InputValidator validator) {
        if (draft.authors().contains(caller.name())) {
            validator.mark(
                    UserErrorCode.REVIEW_REQUIRED,
                    place,
                    "You are an author of this draft: have somebody else approve or publish it");
        }
    }

    /** Marks a change to what somebody else has scheduled after a review. */
    void checkSave(Draft draft, InputPath place, InputValidator validator) {
        if (isRequired && draft.isScheduled()) {
            validator.mark(
                    UserErrorCode.REVIEW_REQUIRED,
                    place,
                    "The draft was scheduled after a review: take it off the schedule to change it");
        }
    }
}
