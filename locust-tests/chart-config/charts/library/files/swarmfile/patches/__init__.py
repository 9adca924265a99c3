"""Every hold on the insides of Locust and gevent that changes them."""
