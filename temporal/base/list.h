// List<T>: a doubly linked list of objects that carry the links themselves (Linked<T>), so that
// joining and leaving allocate nothing and an object that dies leaves by itself.
#pragma once

namespace temporal {

template <class T>
class List;

template <class T>
class Linked {
 public:
  Linked() = default;
  ~Linked() { unlink(); }
  Linked(const Linked&) = delete;
  Linked& operator=(const Linked&) = delete;

  bool linked() const { return next_ != nullptr; }
  void unlink() {
    if (!linked()) return;
    prev_->next_ = next_;
    next_->prev_ = prev_;
    next_ = prev_ = nullptr;
  }

 private:
  friend class List<T>;
  Linked* next_ = nullptr;
  Linked* prev_ = nullptr;
};

// Not the owner of what is in it.
template <class T>
class List {
 public:
  List() { root_.next_ = root_.prev_ = &root_; }
  ~List() {
    while (pop()) {
    }
    root_.next_ = nullptr;
  }
  List(const List&) = delete;
  List& operator=(const List&) = delete;

  bool empty() const { return root_.next_ == &root_; }
  T* first() { return empty() ? nullptr : as_t(root_.next_); }
  T* after(T& one) {
    Linked<T>* next = static_cast<Linked<T>&>(one).next_;
    return next == &root_ ? nullptr : as_t(next);
  }
  void push(T& one) {
    Linked<T>& link = one;
    link.unlink();
    link.prev_ = root_.prev_;
    link.next_ = &root_;
    root_.prev_->next_ = &link;
    root_.prev_ = &link;
  }
  T* pop() {
    T* one = first();
    if (one) static_cast<Linked<T>*>(one)->unlink();
    return one;
  }

 private:
  static T* as_t(Linked<T>* link) { return static_cast<T*>(link); }
  Linked<T> root_;
};

}  // namespace temporal
